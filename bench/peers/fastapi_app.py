"""FastAPI with an async generator for each viewer, on uvicorn. A task captures, and a condition passes frames on.

fastapi_app.py DIR FPS PORT
"""
import asyncio
import sys
import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from frames import read_frames

folder, fps, port = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])


class Camera:
    def __init__(self):
        self.frames = read_frames(folder)
        self.captured = 0
        self.newest = None

    async def capture(self):
        due = time.monotonic()
        while True:
            due += 1 / fps
            await asyncio.sleep(max(0, due - time.monotonic()))
            async with self.condition:
                self.newest = self.frames[self.captured % len(self.frames)], time.monotonic()
                self.captured += 1
                self.condition.notify_all()

    async def wait(self):
        async with self.condition:
            await self.condition.wait()
            return self.newest


camera = Camera()
app = FastAPI()


@app.on_event("startup")
async def start():
    camera.condition = asyncio.Condition()
    camera.task = asyncio.create_task(camera.capture())


async def generate():
    while True:
        frame, captured_at = await camera.wait()
        yield (b"--frame\r\n"
               b"Content-Type: image/jpeg\r\n"
               b"Content-Length: %d\r\n"
               b"X-Timestamp: %.6f\r\n\r\n" % (len(frame), captured_at) + frame + b"\r\n")


@app.get("/stream")
async def stream():
    return StreamingResponse(generate(), media_type="multipart/x-mixed-replace; boundary=frame")


@app.get("/status")
async def status():
    return {"frames": camera.captured}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")
