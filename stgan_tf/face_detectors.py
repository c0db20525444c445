"""The face detectors by name, and the package that each needs; imports nothing."""

MTCNN, BLAZEFACE = "mtcnn", "blazeface"
PACKAGES = {MTCNN: "mtcnn", BLAZEFACE: "ai_edge_litert"}
