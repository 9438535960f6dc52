"""Flask with a generator for each viewer and a thread that captures, as in Miguel Grinberg's "Video streaming with
Flask" and picamera2's example. A condition passes frames on. Served by app.run(threaded=True), as in both examples.

flask_app.py DIR FPS PORT
"""
import logging
import sys
import threading
import time

from flask import Flask, Response, jsonify

from frames import read_frames

folder, fps, port = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])


class Camera:
    def __init__(self):
        self.condition = threading.Condition()
        self.frames = read_frames(folder)
        self.captured = 0
        self.newest = None
        threading.Thread(target=self.capture, daemon=True).start()

    def capture(self):
        due = time.monotonic()
        while True:
            due += 1 / fps
            time.sleep(max(0, due - time.monotonic()))
            with self.condition:
                self.newest = self.frames[self.captured % len(self.frames)], time.monotonic()
                self.captured += 1
                self.condition.notify_all()

    def wait(self):
        with self.condition:
            self.condition.wait()
            return self.newest


camera = Camera()
app = Flask(__name__)
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def generate():
    while True:
        frame, captured_at = camera.wait()
        yield (b"--frame\r\n"
               b"Content-Type: image/jpeg\r\n"
               b"Content-Length: %d\r\n"
               b"X-Timestamp: %.6f\r\n\r\n" % (len(frame), captured_at) + frame + b"\r\n")


@app.route("/stream")
def stream():
    return Response(generate(), mimetype="multipart/x-mixed-replace; boundary=frame")


@app.route("/status")
def status():
    return jsonify(frames=camera.captured)


app.run(host="127.0.0.1", port=port, threaded=True)
