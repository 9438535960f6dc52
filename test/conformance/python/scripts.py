"""How scripts read a camera with what comes with Python: `scripts.py stream|snapshot|json|command URL COUNT`."""
import base64
import json
import sys
import urllib.request

kind, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with urllib.request.urlopen(url, timeout=10) as response:
    if kind == "stream":
        # Known from a thousand forum posts: no boundary, no length, only the JPEG's own first and last markers.
        pictures = []
        data = b""
        while len(pictures) < count:
            more = response.read(1024)
            if not more:
                sys.exit(f"the stream ended after {len(pictures)} frames")
            data += more
            start = data.find(b"\xff\xd8")
            end = data.find(b"\xff\xd9")
            if start != -1 and end != -1:
                pictures.append(base64.b64encode(data[start:end + 2]).decode())
                data = data[end + 2:]
        print(json.dumps(pictures))
    elif kind == "snapshot":
        print(json.dumps([base64.b64encode(response.read()).decode()]))
    elif kind == "json":
        print(json.dumps(json.load(response)))
    else:
        print(json.dumps(response.status))
