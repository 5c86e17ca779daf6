"""The rules of scoring as tables with their answers, chapter by chapter."""

from tests.spec import figures, outcomes, service_time, shares, volume

CHAPTERS = (outcomes, service_time, shares, figures, volume)
