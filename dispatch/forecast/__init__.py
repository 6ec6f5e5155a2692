"""How many calls the next days will bring, by hour, with how wrong the same model was about the weeks before."""
