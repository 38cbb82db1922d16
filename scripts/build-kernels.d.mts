/** Names of the kernels, without folder and ending. */
export function kernelNames(): string[];
/** Path of the generated file of a kernel. */
export function generatedPath(name: string): string;
/** Text of the generated file of a kernel. */
export function generate(name: string): Promise<string>;
