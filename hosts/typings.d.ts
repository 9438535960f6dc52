/// <reference path="../node_modules/@moddable/typings/xs.d.ts" />
