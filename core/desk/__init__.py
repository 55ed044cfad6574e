"""The CTA's desk: what customers send, judged, with what to ask them back, and the order of many enablements."""
