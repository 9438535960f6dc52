# What the simulator adds to XS's promises, xsPromise.c: where a promise is rejected with a value that has no stack (thrown.c).
/^void fxAddUnhandledRejection\(/,/^\}$/s/^\t\tslot->value = reason->value;$/&\n\t\trejectedHere(the, promise);/
