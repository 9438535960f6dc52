/** Runs tasks, `size` at a time and in order. */
export function pool(size: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
	const waiting: (() => void)[] = [];
	let free = size;
	return async (task) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free++;
		}
	};
}
