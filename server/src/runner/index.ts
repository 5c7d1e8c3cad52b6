export { Runner, type RunnerAddress, type RunnerOptions } from './runner.ts'
export { RunnerFileError, SandboxMissingError } from './runner-errors.ts'
export { type RunnerFile, readRunnerFile, runnerFile } from './runner-file.ts'
