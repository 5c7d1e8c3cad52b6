import { checks, runSteps } from './steps.ts'

// What `npm run check` runs: types and the rules of writing, in seconds.
process.exitCode = (await runSteps(checks)).length === 0 ? 0 : 1
