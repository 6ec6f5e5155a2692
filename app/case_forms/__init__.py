"""Everything one can do with a case, as forms that open in its panel."""
