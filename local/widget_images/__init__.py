"""CloudWatch's GetMetricWidgetImage for the emulator, which has everything else of CloudWatch.

`server` stands before the emulator, `widget` reads what is to be drawn, `data` asks the emulator
for the points, `scale` and `drawing` make the picture.
"""
