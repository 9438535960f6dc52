/* Of esp-idf's submodule lwIP, which the SDK's xsPlatform.h includes and the natives do not use. */
#pragma once
