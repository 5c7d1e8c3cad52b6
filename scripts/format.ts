import { runTool } from './steps.ts'

// What `npm run format` runs: writes everything, or the paths given, as the rules of writing want it, where that can be done safely.
const paths = process.argv.slice(2)
process.exitCode = await runTool('@biomejs/biome/bin/biome', ['check', '--write', ...paths])
