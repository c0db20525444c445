"""The palettes of the drawn people."""

#: From the lightest tone to the darkest. Even the lightest leaves room for Pale_Skin.
SKIN_TONES = ("#e5b18b", "#dca27b", "#cf9169", "#ba7a52", "#9d6140", "#7f4c31", "#633a26")
PALE_TONE = "#f8ece6"

#: attribute -> colour; the hair is of the identity's own `other_hair` where none is set.
HAIR_COLOURS = {"Black_Hair": "#191412", "Blond_Hair": "#e0bd68", "Brown_Hair": "#5a3719"}
OTHER_HAIR_COLOURS = {
    "gray": "#a3a3a6",
    "silver": "#cfd0d4",
    "red": "#b8481c",
    "auburn": "#8e2b1d",
    "violet": "#76508f",
}
EYE_COLOURS = {
    "brown": "#5b3619",
    "dark": "#2e1b10",
    "hazel": "#85662c",
    "green": "#4f7a4a",
    "blue": "#3f78ad",
    "gray": "#6f8492",
}
LIPSTICKS = ("#b8232f", "#c9415f", "#a02350", "#8c2638", "#d15a52")
BACKDROPS = (
    "#6f8fa8", "#9db4a0", "#c9b79c", "#8a7f9c", "#b4646a", "#3f4a5a", "#d8d4cc",
    "#56725f", "#a98a6a", "#4f6f94", "#c98f5e", "#7d8a8f", "#e2c9b8", "#2f3b3a",
)  # fmt: skip
CLOTHES = (
    "#2d3a55", "#7a2631", "#e4e1da", "#33312f", "#4d6b58", "#b98b3c", "#5c4a73",
    "#a8b8c4", "#8d4a34", "#1f5d6b", "#c76b7e",
)  # fmt: skip
