/**
 * Responses, and what the reader must make of them: status and what becomes of the connection, the fields, the content
 * after "=". See support/fixtures.ts for the notation. "HEAD" in a name is the request's method.
 */
export const RESPONSES = String.raw`
== the shortest response
HTTP/1.1 200 OK
Content-Length: 0

-- 200 keep
content-length: 0
=

== content with a length
HTTP/1.1 201 Created
Server: SimpleHTTP/0.6 Python/3.12
Content-Length: 5

hello\
-- 201 keep
server: SimpleHTTP/0.6 Python/3.12
content-length: 5
=hello

== chunked content, with extensions and trailers
HTTP/1.1 200 OK
Transfer-Encoding: Chunked

5;a=b
hello
0000001;x="y z"
!
0
Checksum: 1

-- 200 keep
transfer-encoding: Chunked
=hello!

== empty chunked content
HTTP/1.1 200 OK
Transfer-Encoding: chunked

0

-- 200 keep
transfer-encoding: chunked
=

== content that ends with the connection
HTTP/1.1 200 OK
Connection: close

hello\
-- 200 close
connection: close
=hello

== content that ends with the connection, without a Connection field
HTTP/1.1 200 OK

hello\
-- 200 close
=hello

== no content at all, without a known end
HTTP/1.0 200 OK

-- 200 close
=

== an empty reason
HTTP/1.1 404 \
\r\nContent-Length: 1

x\
-- 404 keep
content-length: 1
=x

== a reason of any characters
HTTP/1.1 599 \t!"# M\xfcller {\x7e}
Content-Length: 0

-- 599 keep
content-length: 0
=

== a status of an unknown class
HTTP/1.1 999 Request Denied
Content-Length: 0

-- 999 keep
content-length: 0
=

== a server that closes
HTTP/1.1 413 Content Too Large
Connection: foo, Close
Content-Length: 0

-- 413 close
connection: foo, Close
content-length: 0
=

== HTTP/1.0 closes
HTTP/1.0 200 OK
Content-Length: 1

x\
-- 200 close
content-length: 1
=x

== HTTP/1.0 may keep
HTTP/1.0 200 OK
Connection: keep-alive
Content-Length: 1

x\
-- 200 keep
connection: keep-alive
content-length: 1
=x

== a higher minor version is treated as 1.1
HTTP/1.9 200 OK
Content-Length: 0

-- 200 keep
content-length: 0
=

== 204, which never has content
HTTP/1.1 204 No Content
Date: Mon, 27 Jul 2026 12:28:53 GMT

-- 204 keep
date: Mon, 27 Jul 2026 12:28:53 GMT
=

== 204 with the length of content that it does not have
HTTP/1.1 204 No Content
Content-Length: 7

-- 204 keep
content-length: 7
=

== 304, whose length is that of the content it leaves out
HTTP/1.1 304 Not Modified
Content-Length: 7000000

-- 304 keep
content-length: 7000000
=

== the answer to HEAD, whose length is that of the content GET would get
HTTP/1.1 200 OK
Content-Length: 7000000

-- 200 keep
content-length: 7000000
=

== the answer to HEAD, of content that would be chunked
HTTP/1.1 200 OK
Transfer-Encoding: chunked

-- 200 keep
transfer-encoding: chunked
=

== interim responses first
HTTP/1.1 100 Continue

HTTP/1.1 103 Early Hints
Link: </style.css>; rel=preload

HTTP/1.1 200 OK
Content-Length: 2

ok\
-- 200 keep
content-length: 2
=ok

== the largest number of interim responses
{8*HTTP/1.1 102 Processing\r\n\r\n}HTTP/1.1 200 OK
Content-Length: 0

-- 200 keep
content-length: 0
=

== interim responses without end
{9*HTTP/1.1 102 Processing\r\n\r\n}\
-- malformed

== another protocol that the client did not ask for
HTTP/1.1 101 Switching Protocols
Upgrade: websocket

-- another protocol or coding

== nothing
\
-- cut off

== a head that ends too early
HTTP/1.1 200 OK
Content-Length: 5
\
-- cut off

== content that ends too early
HTTP/1.1 200 OK
Content-Length: 5

hell\
-- cut off

== chunked content that ends too early
HTTP/1.1 200 OK
Transfer-Encoding: chunked

5
hello
\
-- cut off

== an interim response without a final one
HTTP/1.1 100 Continue

-- cut off

== an empty line first
\r\nHTTP/1.1 200 OK

-- malformed

== something that is not HTTP
SSH-2.0-OpenSSH_9.2p1
-- malformed

== a status line in lower case
http/1.1 200 OK

-- malformed

== another HTTP
HTTP/2.0 200 OK

-- not HTTP/1

== an older HTTP
HTTP/0.9 200 OK

-- not HTTP/1

== a version of two digits
HTTP/1.10 200 OK

-- malformed

== no space after the version
HTTP/1.1\t200 OK

-- malformed

== two spaces after the version
HTTP/1.1  200 OK

-- malformed

== no space after the status
HTTP/1.1 200

-- malformed

== a status of two digits
HTTP/1.1 20 OK

-- malformed

== a status of four digits
HTTP/1.1 2000 OK

-- malformed

== a status that is not a number
HTTP/1.1 2x0 OK

-- malformed

== a status below 100
HTTP/1.1 099 OK

-- malformed

== a control character in the reason
HTTP/1.1 200 O\0K

-- malformed

== a bare CR in the reason
HTTP/1.1 200 OK\rServer: x

-- malformed

== a bare LF after the status line
HTTP/1.1 200 OK\n\
Content-Length: 0

-- malformed

== a bare LF after a field
HTTP/1.1 200 OK
Content-Length: 0\n\
\r\n\
-- malformed

== white space before a colon
HTTP/1.1 200 OK
Content-Length : 0

-- malformed

== a folded field
HTTP/1.1 200 OK
Server: a
 b

-- malformed

== a field without a name
HTTP/1.1 200 OK
: x

-- malformed

== a NUL in a field
HTTP/1.1 200 OK
Server: a\0b

-- malformed

== two lengths that agree
HTTP/1.1 200 OK
Content-Length: 2
Content-Length: 2

ok\
-- malformed

== two lengths in one
HTTP/1.1 200 OK
Content-Length: 2, 2

ok\
-- malformed

== a length with a sign
HTTP/1.1 200 OK
Content-Length: +2

ok\
-- malformed

== a negative length
HTTP/1.1 200 OK
Content-Length: -2

ok\
-- malformed

== a length in hexadecimal
HTTP/1.1 200 OK
Content-Length: 0x2

ok\
-- malformed

== an empty length
HTTP/1.1 200 OK
Content-Length:

-- malformed

== a length too large for a number
HTTP/1.1 200 OK
Content-Length: 99999999999999999999

-- malformed

== a length and chunks
HTTP/1.1 200 OK
Content-Length: 2
Transfer-Encoding: chunked

0

-- malformed

== chunks in HTTP/1.0
HTTP/1.0 200 OK
Transfer-Encoding: chunked

0

-- malformed

== a coding that is not chunked
HTTP/1.1 200 OK
Transfer-Encoding: gzip

-- malformed

== chunks after another coding
HTTP/1.1 200 OK
Transfer-Encoding: gzip, chunked

-- malformed

== a chunk without a size
HTTP/1.1 200 OK
Transfer-Encoding: chunked

;x
-- malformed

== a chunk with an invalid size
HTTP/1.1 200 OK
Transfer-Encoding: chunked

g
-- malformed

== a chunk longer than its size
HTTP/1.1 200 OK
Transfer-Encoding: chunked

2
abc
-- malformed

== a chunk larger than the limit of all content
HTTP/1.1 200 OK
Transfer-Encoding: chunked

4001
-- larger than 16384 bytes

== a chunk with a size too large for a number
HTTP/1.1 200 OK
Transfer-Encoding: chunked

ffffffffff
-- malformed

== a trailer that is not a field
HTTP/1.1 200 OK
Transfer-Encoding: chunked

0
no field

-- malformed

== content above the limit
HTTP/1.1 200 OK
Content-Length: 16385

-- larger than 16384 bytes

== content above the limit that ends with the connection
HTTP/1.1 200 OK

{16385*x}\
-- larger than 16384 bytes

== content of exactly the limit that ends with the connection
HTTP/1.1 200 OK

{16384*x}\
-- 200 close
={16384*x}

== a head without end
HTTP/1.1 200 OK
Server: {4096*x}\
-- larger than 4096 bytes or 48 fields

== a reason without end
HTTP/1.1 200 {4096*x}\
-- larger than 4096 bytes or 48 fields

== too many fields
HTTP/1.1 200 OK
{49*A: b\r\n}
-- larger than 4096 bytes or 48 fields

== trailers without end
HTTP/1.1 200 OK
Transfer-Encoding: chunked

0
{49*A: b\r\n}
-- larger than 4096 bytes or 48 fields

== extensions without end
HTTP/1.1 200 OK
Transfer-Encoding: chunked

1;{4097*x}\
-- malformed
`;
