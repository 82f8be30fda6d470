"""The text shield: hides what must survive a rewrite, shows it again, and makes the answer clean and safe."""

from assistant.completion.shield.custom import CustomPattern, check_pattern
from assistant.completion.shield.finishing import Finished, finish_text
from assistant.completion.shield.kinds import Kind
from assistant.completion.shield.masking import Mask, MaskingRules
from assistant.completion.shield.revealing import Thing
from assistant.completion.shield.streaming import StreamText

__all__ = [
    "CustomPattern",
    "Finished",
    "Kind",
    "Mask",
    "MaskingRules",
    "StreamText",
    "Thing",
    "check_pattern",
    "finish_text",
]
