"""What OpenCV makes of an address: `opencv.py stream|snapshot URL COUNT`, printed as {"frames", "size"}."""
import json
import sys
import urllib.request

import cv2
import numpy

kind, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
pictures = []
if kind == "stream":
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    while len(pictures) < count:
        ok, picture = capture.read()
        if not ok:
            sys.exit(f"VideoCapture reads no more after {len(pictures)} frames")
        pictures.append(picture)
    capture.release()
else:
    with urllib.request.urlopen(url, timeout=10) as response:
        picture = cv2.imdecode(numpy.frombuffer(response.read(), numpy.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        sys.exit("imdecode decodes nothing")
    pictures.append(picture)
sizes = sorted({f"{picture.shape[1]}x{picture.shape[0]}" for picture in pictures})
print(json.dumps({"frames": len(pictures), "size": " and ".join(sizes)}))
