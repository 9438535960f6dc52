# What the simulator adds to XS's interpreter, xsRun.c.

# XS keeps the file and the line that it is at for its debugger only. Here it always does, if the bytecode has them
# (modules.c).
s/^\t\tmxCase\(XS_CODE_FILE\)$/&\n\t\t\tcount = mxRunID(1); mxEnvironment->ID = count;/
s/^\t\tmxCase\(XS_CODE_LINE\)$/&\n\t\t\tcount = mxRunS2(1); mxEnvironment->value.environment.line = count; mxCheckStuck();/

# XS looks at its meter, if it has one, where the script goes back in its code. Here it looks for a program that does not
# yield (stuck.c) there, and at each line.
/^#ifdef mxMetering$/{
	N
	s/^#ifdef mxMetering\n(\t#define mxCheckMeter\(\) \\)$/#define mxCheckStuck() if (gStuck) { mxSaveState; stuckHere(the); mxRestoreState; }\n#ifndef mxMetering\n\t#define mxCheckMeter() mxCheckStuck()\n#else\n\1/
}
/^\t\t\tfxCheckMetering\(the\); \\$/,/^\t\t\}$/s/^\t\t\}$/&\n#endif\n#if 1/

# Where a value is thrown that has no stack (thrown.c).
/^\t\tmxCase\(XS_CODE_THROW\)$/,/^\t\t\tfxJump\(the\);$/s/^\t\t\tfxJump\(the\);$/\t\t\tthrownHere(the);\n&/
