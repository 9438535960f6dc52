# What the simulator adds to XS's promises, xsPromise.c: where a promise is rejected with a value that has no stack (thrown.c).
/^void fxRejectPromise\(/,/^\}$/s/^\tresult->value = argument->value;$/&\n\trejectedHere(the, promise);/
/^void fxResolvePromise\(/,/^\}$/s/^\t\tresult->value = mxException\.value;$/&\n\t\trejectedHere(the, promise);/
