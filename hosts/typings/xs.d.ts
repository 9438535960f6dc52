/// <reference path="../../node_modules/@moddable/typings/xs.d.ts" />

/* What XS has beyond the standard. mcconfig takes the SDK's own declarations in place of this file. */
