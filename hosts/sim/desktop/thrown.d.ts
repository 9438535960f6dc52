/** Implements `Machine.thrown`. */
declare function thrown(value: unknown): string;
export default thrown;
