import { readOptions, stopOnSignals } from '../process.ts'
import { startDirections } from './directions.ts'

const directions = await startDirections(readOptions(process.argv.slice(2), { port: 4502, data: 'data/directions.sqlite' }))
stopOnSignals(() => directions.close())
console.log(`listening on ${directions.url}`)
