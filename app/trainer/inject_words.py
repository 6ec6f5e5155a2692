"""What an inject lets happen, in one line."""

from __future__ import annotations

from app.parts.names import department_name
from app.trainer.condition_words import incident_words
from app.trainer.sitting import Sitting
from app.weather import weather_words
from app.wording import label, one_line, text
from app.wording.durations import rough_span
from dispatch import injects as i
from dispatch.injects import Inject


def inject_words(sitting: Sitting, inject: Inject) -> str:
    """Say of what kind an inject is and what it is about."""
    language = sitting.language
    about = ""
    if inject.kind in (i.CREW, i.FAILURE):
        about = one_line(inject.unit, 40)
    if inject.kind == i.RADIO:
        about = department_name(sitting.state, inject.department, language) if inject.department else ""
    if inject.incident and not about:
        about = incident_words(sitting, inject.incident)
    if inject.kind == i.WEATHER:
        about = weather_words(inject.weather, language) if inject.weather else text("weather.clear", language)
    if inject.kind == i.CLOSURE:
        about = label("closure_kind", inject.ground.kind, language)
    if inject.kind == i.CALL and inject.channel != "phone":
        about = label("channel", inject.channel, language)
    return text(
        "trainer.inject",
        language,
        kind=label("inject", inject.kind, language),
        about=about,
        level=inject.level or "",
        signal=label("signal", inject.signal, language) if inject.signal else "",
        text=one_line(inject.text, 300),
        lasts=rough_span(inject.for_s) if inject.for_s > 0 else "",
    )
