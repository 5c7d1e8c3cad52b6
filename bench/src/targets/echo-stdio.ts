import { createInterface } from 'node:readline'
import { echoServer } from '../echo.ts'

// The same echo as a child process that speaks lines of JSON-RPC, for peers that can only stand in front of one.
const answer = echoServer({ extraBytes: Number(process.argv[2] ?? 0), tools: Number(process.argv[3] ?? 1) })
createInterface({ input: process.stdin }).on('line', (line) => {
  const reply = answer(JSON.parse(line))
  if (reply !== null) process.stdout.write(`${JSON.stringify(reply)}\n`)
})
