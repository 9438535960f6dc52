/** Heads, and what the parser must make of them. See support/fixtures.ts for the notation. */
export const HEADS = String.raw`
== the shortest request
GET / HTTP/1.1
Host:

-- GET / 1.1 host= content=0 keep
host:

== a request of RTSP
DESCRIBE rtsp://cam:554/mjpeg/1?x RTSP/1.0
CSeq: 2
Accept: application/sdp

-- DESCRIBE /mjpeg/1?x 1.1 host=cam:554 content=0 keep
cseq: 2
accept: application/sdp

== an address of RTSP without a path, in any case
OPTIONS RTSP://cam RTSP/1.0
CSeq: 1

-- OPTIONS / 1.1 host=cam content=0 keep
cseq: 1

== an address of RTSP without a path, with a query
DESCRIBE rtsp://[fe80::1]:554?a=/b RTSP/1.0
CSeq: 1

-- DESCRIBE /?a=/b 1.1 host=[fe80::1]:554 content=0 keep
cseq: 1

== the path of RTSP is normalized as that of HTTP
SETUP rtsp://cam//mjpeg/%31/%76ideo%2F?x?y RTSP/1.0
CSeq: 1

-- SETUP /mjpeg/1/video%2F?x?y 1.1 host=cam content=0 keep
cseq: 1

== user information in an address of RTSP
DESCRIBE rtsp://me:secret@cam/ RTSP/1.0
CSeq: 1

-- 400

== an address of RTSP with an impossible port
DESCRIBE rtsp://cam:5x/ RTSP/1.0
CSeq: 1

-- 400

== a request of RTSP for the whole server
OPTIONS * RTSP/1.0
CSeq: 1

-- OPTIONS * 1.1 host= content=0 keep
cseq: 1

== VLC's name of a stream
PLAY 0 RTSP/1.0
CSeq: 3
Session: ABC
Content-Length: 3
Connection: close

-- PLAY 0 1.1 host= content=3 close
cseq: 3
session: ABC
content-length: 3
connection: close

== content of RTSP has a length
SET_PARAMETER * RTSP/1.0
CSeq: 3
Transfer-Encoding: chunked

-- 400

== another version of RTSP
OPTIONS * RTSP/2.0
CSeq: 1

-- 505

== a browser's request
GET /api/frames/7?size=QVGA&x HTTP/1.1
Host: 192.168.4.1:8080
User-Agent: Mozilla/5.0 (X11; Linux x86_64)
Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8
Connection: keep-alive
Cookie: a="b c"; d=e

-- GET /api/frames/7?size=QVGA&x 1.1 host=192.168.4.1:8080 content=0 keep
host: 192.168.4.1:8080
user-agent: Mozilla/5.0 (X11; Linux x86_64)
accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8
connection: keep-alive
cookie: a="b c"; d=e

== white space around a value is not part of it, white space within it is
GET / HTTP/1.1
Host:\t cam \t
X-Empty: \t \t
X-Inner: a \t b

-- GET / 1.1 host=cam content=0 keep
host: cam
x-empty:
x-inner: a \t b

== bytes beyond ASCII in a value are opaque: UTF-8 if valid, else Latin-1
GET / HTTP/1.1
Host: cam
X-Name: M\xc3\xbcller
X-Name: M\xfcller

-- GET / 1.1 host=cam content=0 keep
host: cam
x-name: Müller
x-name: Müller

== every token character in a method and a field name
!#$%&'*+-.^_\x60|~09AZaz / HTTP/1.1
Host: cam
!#$%&'*+-.^_\x60|~09az: x

-- !#$%&'*+-.^_\x60|~09AZaz / 1.1 host=cam content=0 keep
host: cam
!#$%&'*+-.^_\x60|~09az: x

== empty lines before the request line are tolerated
\r\n\r\nGET / HTTP/1.1
Host: cam

-- GET / 1.1 host=cam content=0 keep
host: cam

== HTTP/1.0 needs no Host, and closes
GET / HTTP/1.0

-- GET / 1.0 host= content=0 close

== HTTP/1.0 may ask to be kept
GET / HTTP/1.0
Connection: Keep-Alive

-- GET / 1.0 host= content=0 keep
connection: Keep-Alive

== HTTP/1.1 may ask to be closed, anywhere in the list
GET / HTTP/1.1
Host: cam
Connection: foo ,\tCLOSE, bar

-- GET / 1.1 host=cam content=0 close
host: cam
connection: foo ,\tCLOSE, bar

== a repeated Connection is one list
GET / HTTP/1.1
Host: cam
Connection: keep-alive
Connection: close

-- GET / 1.1 host=cam content=0 close
host: cam
connection: keep-alive
connection: close

== an option that only looks like close
GET / HTTP/1.1
Host: cam
Connection: closed, not-close

-- GET / 1.1 host=cam content=0 keep
host: cam
connection: closed, not-close

== a higher minor version is treated as 1.1
GET / HTTP/1.7
Host: cam

-- GET / 1.1 host=cam content=0 keep
host: cam

== characters that browsers leave in a query
GET /?a={b}|[c]^\x60"<>%zz HTTP/1.1
Host: cam

-- GET /?a={b}|[c]^\x60"<>%zz 1.1 host=cam content=0 keep
host: cam

== a target in absolute form is reduced to its path, and its host counts
GET HTTP://cam.local:81/a?b HTTP/1.1
Host: other

-- GET /a?b 1.1 host=cam.local:81 content=0 keep
host: other

== an absolute form without a path
GET http://cam HTTP/1.1
Host: cam

-- GET / 1.1 host=cam content=0 keep
host: cam

== an absolute form with a query and no path
GET http://cam?x=/y HTTP/1.1
Host: cam

-- GET /?x=/y 1.1 host=cam content=0 keep
host: cam

== an IPv6 host
GET / HTTP/1.1
Host: [fe80::1]:80

-- GET / 1.1 host=[fe80::1]:80 content=0 keep
host: [fe80::1]:80

== OPTIONS for *
OPTIONS * HTTP/1.1
Host: cam

-- OPTIONS * 1.1 host=cam content=0 keep
host: cam

== sized content
POST / HTTP/1.1
Host: cam
Content-Length: 0016

-- POST / 1.1 host=cam content=16 keep
host: cam
content-length: 0016

== content of the largest size
POST / HTTP/1.1
Host: cam
Content-Length: 12288

-- POST / 1.1 host=cam content=12288 keep
host: cam
content-length: 12288

== chunked content
POST / HTTP/1.1
Host: cam
Transfer-Encoding: Chunked

-- POST / 1.1 host=cam content=chunked keep
host: cam
transfer-encoding: Chunked

== an expectation
PUT / HTTP/1.1
Host: cam
Content-Length: 5
Expect: 100-Continue

-- PUT / 1.1 host=cam content=5 keep continue
host: cam
content-length: 5
expect: 100-Continue

== an expectation without content, and one of HTTP/1.0, are ignored
PUT / HTTP/1.0
Content-Length: 5
Expect: 100-continue

-- PUT / 1.0 host= content=5 close
content-length: 5
expect: 100-continue

== a request that has not ended
GET / HTTP/1.1
Host: cam
-- more

== nothing but empty lines
\r\n\r\n\
-- more

== a bare LF after the request line
GET / HTTP/1.1\nHost: cam\r\n\r\n\
-- 400

== a bare LF after a field
GET / HTTP/1.1
Host: cam\nX: y\r\n\r\n\
-- 400

== a bare LF at the end
GET / HTTP/1.1
Host: cam
\n\
-- 400

== a bare LF first
\nGET / HTTP/1.1
Host: cam

-- 400

== a bare CR first
\rGET / HTTP/1.1
Host: cam

-- 400

== a bare CR in the request line
GET / HTTP/1.1\rHost: cam

-- 400

== a bare CR in a value
GET / HTTP/1.1
Host: cam
X: a\rb

-- 400

== a bare CR at the end
GET / HTTP/1.1
Host: cam
\rx\
-- 400

== a bare CR in a field name
GET / HTTP/1.1
Host: cam
X\rY: z

-- 400

== a bare CR before the colon
GET / HTTP/1.1
Host: cam
X\r: z

-- 400

== a bare CR in a target
GET /a\rb HTTP/1.1
Host: cam

-- 400

== two CRs before the LF
GET / HTTP/1.1
Host: cam\r\r\n\r\n\
-- 400

== a CR that hides a second request
GET / HTTP/1.1
Host: cam
X: y\r\r\nGET /hidden HTTP/1.1\r\nHost: cam\r\n\r\n\
-- 400

== obs-fold
GET / HTTP/1.1
Host: cam
X: a
 b

-- 400

== obs-fold by a tab
GET / HTTP/1.1
Host: cam
X: a
\tb

-- 400

== obs-fold of a framing field
POST / HTTP/1.1
Host: cam
Transfer-Encoding:
 chunked

-- 400

== obs-fold with nothing but a space
GET / HTTP/1.1
Host: cam
 \

-- 400

== white space before the first field
GET / HTTP/1.1
 Host: cam

-- 400

== white space before a colon
GET / HTTP/1.1
Host: cam
Content-Length : 5

-- 400

== a tab before a colon
GET / HTTP/1.1
Host: cam
X\t: y

-- 400

== white space before the colon of Host
GET / HTTP/1.1
Host : cam

-- 400

== white space alone before a colon
GET / HTTP/1.1
Host: cam
 : x

-- 400

== an empty field name
GET / HTTP/1.1
Host: cam
: x

-- 400

== a field without a colon
GET / HTTP/1.1
Host: cam
nonsense

-- 400

== an invalid field name
GET / HTTP/1.1
Host: cam
X(y): z

-- 400

== a field name beyond ASCII
GET / HTTP/1.1
Host: cam
X\xe4: z

-- 400

== NUL for a request
\0\
-- 400

== NUL in a method
G\0T / HTTP/1.1
Host: cam

-- 400

== NUL in a version
GET / HTTP/1\01
Host: cam

-- 400

== NUL at the end of a Content-Length
POST / HTTP/1.1
Host: cam
Content-Length: 5\0

-- 400

== NUL in a field name
GET / HTTP/1.1
Host: cam
X\0: z

-- 400

== NUL in a value
GET / HTTP/1.1
Host: cam
X: a\0b

-- 400

== a control character in a value
GET / HTTP/1.1
Host: cam
X: a\x1bb

-- 400

== DEL in a value
GET / HTTP/1.1
Host: cam
X: a\x7fb

-- 400

== two spaces after the method
GET  / HTTP/1.1
Host: cam

-- 400

== two spaces after the target
GET /  HTTP/1.1
Host: cam

-- 400

== a tab for a space
GET\t/ HTTP/1.1
Host: cam

-- 400

== a space in front
 GET / HTTP/1.1
Host: cam

-- 400

== a space at the end of the request line
GET / HTTP/1.1 \r\nHost: cam\r\n\r\n\
-- 400

== an invalid method
GE(T / HTTP/1.1
Host: cam

-- 400

== a method in the shape of TLS
\x16\x03\x01\x02\x00\x01\x00\
-- 400

== a method longer than any known
{25*M} / HTTP/1.1
Host: cam

-- 501

== CONNECT
CONNECT cam:80 HTTP/1.1
Host: cam:80

-- 501

== HTTP/0.9
GET /
-- 400

== no target
GET HTTP/1.1
Host: cam

-- 400

== a target that is not a path
GET frames HTTP/1.1
Host: cam

-- 400

== an asterisk with a method other than OPTIONS
GET * HTTP/1.1
Host: cam

-- 400

== a fragment
GET /a#b HTTP/1.1
Host: cam

-- 400

== a target beyond ASCII
GET /\xc3\xa4 HTTP/1.1
Host: cam

-- 400

== NUL in a target
GET /a\0b HTTP/1.1
Host: cam

-- 400

== another scheme
GET https://cam/ HTTP/1.1
Host: cam

-- 400

== user information in a target
GET http://me:secret@cam/ HTTP/1.1
Host: cam

-- 400

== an absolute form without a host
GET http:///x HTTP/1.1
Host: cam

-- 400

== the longest target
GET /{1023*a} HTTP/1.1
Host: cam

-- GET /{1023*a} 1.1 host=cam content=0 keep
host: cam

== a target too long
GET /{1024*a} HTTP/1.1
Host: cam

-- 414

== a target too long whose line has no end
GET /{1024*a}\
-- 414

== HTTP/2
PRI * HTTP/2.0

SM

-- 505

== HTTP/3
GET / HTTP/3.1
Host: cam

-- 505

== a version of two digits
GET / HTTP/1.10
Host: cam

-- 400

== a version in lower case
GET / http/1.1
Host: cam

-- 400

== a version without digits
GET / HTTP/x.y
Host: cam

-- 400

== another protocol
GET / ICAP/1.0
Host: cam

-- 400

== HTTP/1.1 without Host
GET / HTTP/1.1

-- 400

== two Hosts
GET / HTTP/1.1
Host: cam
Host: cam

-- 400

== two Hosts in HTTP/1.0
GET / HTTP/1.0
Host: cam
Host: other

-- 400

== an invalid Host
GET / HTTP/1.1
Host: cam/../

-- 400

== a Host with user information
GET / HTTP/1.1
Host: me@cam

-- 400

== a Host with an invalid port
GET / HTTP/1.1
Host: cam:http

-- 400

== a Host of any length
GET / HTTP/1.1
Host: {300*c}

-- 400

== the same Content-Length twice
POST / HTTP/1.1
Host: cam
Content-Length: 5
Content-Length: 5

-- 400

== two Content-Lengths in one
POST / HTTP/1.1
Host: cam
Content-Length: 5, 5

-- 400

== two Content-Lengths that contradict each other
POST / HTTP/1.1
Host: cam
Content-Length: 5
content-length: 6

-- 400

== two Content-Lengths, one of them empty
POST / HTTP/1.1
Host: cam
Content-Length: 5
Content-Length:

-- 400

== two Content-Lengths in one that contradict each other
POST / HTTP/1.1
Host: cam
Content-Length: 5,6

-- 400

== a Content-Length with a comma after it
POST / HTTP/1.1
Host: cam
Content-Length: 5,

-- 400

== a fractional Content-Length
POST / HTTP/1.1
Host: cam
Content-Length: 5.0

-- 400

== a Content-Length with an exponent
POST / HTTP/1.1
Host: cam
Content-Length: 1e1

-- 400

== a Content-Length in quotes
POST / HTTP/1.1
Host: cam
Content-Length: "5"

-- 400

== a Content-Length in digits beyond ASCII
POST / HTTP/1.1
Host: cam
Content-Length: \xd9\xa5

-- 400

== a negative Content-Length
POST / HTTP/1.1
Host: cam
Content-Length: -5

-- 400

== a signed Content-Length
POST / HTTP/1.1
Host: cam
Content-Length: +5

-- 400

== a Content-Length in another base
POST / HTTP/1.1
Host: cam
Content-Length: 0x10

-- 400

== an empty Content-Length
POST / HTTP/1.1
Host: cam
Content-Length:

-- 400

== a Content-Length of two words
POST / HTTP/1.1
Host: cam
Content-Length: 1 6

-- 400

== a Content-Length too large for a number
POST / HTTP/1.1
Host: cam
Content-Length: 99999999999999999999

-- 400

== content too large
POST / HTTP/1.1
Host: cam
Content-Length: 12289

-- 413

== Content-Length and Transfer-Encoding
POST / HTTP/1.1
Host: cam
Content-Length: 5
Transfer-Encoding: chunked

-- 400

== Transfer-Encoding and Content-Length
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked
Content-Length: 5

-- 400

== a Content-Length of nothing and Transfer-Encoding
POST / HTTP/1.1
Host: cam
Content-Length: 0
Transfer-Encoding: chunked

-- 400

== Content-Length and an invalid Transfer-Encoding
POST / HTTP/1.1
Host: cam
Content-Length: 5
Transfer-Encoding: identity

-- 400

== Content-Length and an empty Transfer-Encoding
POST / HTTP/1.1
Host: cam
Content-Length: 5
Transfer-Encoding:

-- 400

== Transfer-Encoding in HTTP/1.0
POST / HTTP/1.0
Transfer-Encoding: chunked

-- 400

== another coding before chunked
POST / HTTP/1.1
Host: cam
Transfer-Encoding: gzip, chunked

-- 501

== another coding before chunked, in two fields
POST / HTTP/1.1
Host: cam
Transfer-Encoding: gzip
Transfer-Encoding: chunked

-- 501

== a coding that is not chunked
POST / HTTP/1.1
Host: cam
Transfer-Encoding: identity

-- 400

== chunked that is not last
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked, gzip

-- 400

== chunked twice
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked
Transfer-Encoding: chunked

-- 400

== a coding that ends like chunked
POST / HTTP/1.1
Host: cam
Transfer-Encoding: xchunked

-- 400

== chunked with a parameter
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked;q=1

-- 400

== chunked after a control character
POST / HTTP/1.1
Host: cam
Transfer-Encoding: \x0bchunked

-- 400

== chunked in quotes
POST / HTTP/1.1
Host: cam
Transfer-Encoding: "chunked"

-- 400

== chunked with a comma after it
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked,

-- 400

== chunked twice in one
POST / HTTP/1.1
Host: cam
Transfer-Encoding: chunked, chunked

-- 400

== an empty Transfer-Encoding
POST / HTTP/1.1
Host: cam
Transfer-Encoding:

-- 400

== a Transfer-Encoding that a space would hide
POST / HTTP/1.1
Host: cam
Transfer-Encoding : chunked

-- 400

== another expectation
POST / HTTP/1.1
Host: cam
Content-Length: 5
Expect: 200-maybe

-- 417

== the largest number of fields
GET / HTTP/1.1
Host: cam
{47*X: y\r\n}\r\n\
-- GET / 1.1 host=cam content=0 keep
host: cam
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y
x: y

== too many fields
GET / HTTP/1.1
Host: cam
{128*X: y\r\n}\r\n\
-- 431

== a head too large
GET / HTTP/1.1
Host: cam
{42*X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n}\r\n\
-- 431

== a head too large that has no end
GET / HTTP/1.1
Host: cam
{42*X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n}\
-- 431

== several fields of which each may be kept, but not all
GET / HTTP/1.1
Host: cam
X: {1010*y}
Y: {1000*y}
Z: {900*z}
U: {900*u}
V: {900*v}
W: w

-- GET / 1.1 host=cam content=0 keep
host: cam
the header field x is too long

== long values, and what follows them
GET / HTTP/1.1
Host: cam
X: y
Cookie: {4000*y}
Connection: close
Cookie: {2000*yz}

-- GET / 1.1 host=cam content=0 close
host: cam
x: y
the header field cookie is too long

== the longest value that is kept
GET / HTTP/1.1
Host: cam
X: {1023*y}

-- GET / 1.1 host=cam content=0 keep
host: cam
x: {1023*y}

== the shortest value that is skipped
GET / HTTP/1.1
Host: cam
X: {1024*y}

-- GET / 1.1 host=cam content=0 keep
host: cam
the header field x is too long

== the largest head that is received
GET / HTTP/1.1
Host: cam
X:{8000*y}
Y:{8347*y}

-- GET / 1.1 host=cam content=0 keep
host: cam
the header field x is too long

== a head that is one byte larger
GET / HTTP/1.1
Host: cam
X:{8000*y}
Y:{8348*y}

-- 431

== a long value without end
GET / HTTP/1.1
Host: cam
X:{16384*y}\
-- 431

== a control character within a long value
GET / HTTP/1.1
Host: cam
X:{3000*y}{1*\x01}{3000*y}

-- 400

== a long value that decides where the content ends
POST / HTTP/1.1
Host: cam
Content-Length: {1100*0}5

-- 431

== a list of codings that is not too long
POST / HTTP/1.1
Host: cam
Transfer-Encoding: {500*,,}chunked

-- 501

== a list of codings that is too long
POST / HTTP/1.1
Host: cam
Transfer-Encoding: {600*,,}chunked

-- 431

== a long host
GET / HTTP/1.1
Host: {1100*c}

-- 431

== empty lines without end
{2048*\r\n}\
-- 431
`;

/** Chunked content, with the expected content or the status to refuse it with. */
export const CHUNKS = String.raw`
== nothing
0

-- ok

== one chunk
5
hello
0

-- ok hello

== some chunks
5
hello
6
 world
00000002
!!
0

-- ok hello world!!

== a size in letters of both cases
A
0123456789
b
0123456789a
0

-- ok 01234567890123456789a

== a size with the most digits
00000001
x
00000000

-- ok x

== extensions are ignored
5;name=value;other="a b"
hello
0;last

-- ok hello

== trailers are ignored
1
x
0
Checksum: 17
X-Other: y

-- ok x

== line ends within the content
4
\r\n\r\n
0

-- ok \r\n\r\n

== no end yet
5
hello
0
-- more

== no size
\r\n\
-- 400

== an invalid size
xyz
-- 400

== a negative size
-1
-- 400

== NUL for a size
\0\
-- 400

== a signed size
+5
hello
0

-- 400

== a tab after the size
5\t\r\nhello
0

-- 400

== a size in digits beyond ASCII
\xd9\xa5
hello
0

-- 400

== a size in C's notation
0x5
hello
0

-- 400

== a size of too many digits
000000005
hello
0

-- 400

== a size that would overflow
FFFFFFFFF
-- 400

== a space after the size
5 \r\nhello
0

-- 400

== a space before the size
 5
hello
0

-- 400

== a bare LF after the size
5\nhello
0

-- 400

== a bare CR after the size
5\rhello
0

-- 400

== a bare LF after the content
5
hello\n0

-- 400

== a bare CR after the content
5
hello\rX0

-- 400

== a bare CR in an extension
5;a\rb
hello
0

-- 400

== a chunk after a bare LF that another would take for an extension's end
5;\n
hello
0

-- 400

== content longer than its chunk
5
hello!
0

-- 400

== content shorter than its chunk
6
hello
0

-- 400

== a control character in an extension
5;a=\0
hello
0

-- 400

== a bare LF in an extension
5;a\nb
hello
0

-- 400

== a trailer that would reframe the message
0
Content-Length: 5
Transfer-Encoding: chunked

-- ok

== white space before a trailer's colon
0
X : y

-- 400

== NUL in a trailer
0
X: \0

-- 400

== a trailer without a name
0
: x

-- 400

== a folded trailer
0
X: y
 z

-- 400

== a bare LF after the trailers
0
\n\
-- 400

== the largest content
3F0
{1008*x}
10
0123456789abcdef
0

-- ok {1008*x}0123456789abcdef

== more than the largest content
3F0
{1008*x}
11
-- 413

== a single chunk that is too large
FFFFFFFF
-- 413

== too many trailers
0
{129*X: y\r\n}\r\n\
-- 431

== trailers too large
0
X: {4096*y}

-- 431

== extensions of any size
1;{4097*x}
-- 400
`;
