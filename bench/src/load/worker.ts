import { type LoadJob, runLoad } from './load.ts'

// A process of its own: what the generator costs must not be paid by the conductor that reads the clocks.
process.on('message', (job: LoadJob) => {
  void runLoad(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
