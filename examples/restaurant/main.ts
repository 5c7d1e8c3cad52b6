import { readOptions, stopOnSignals } from '../process.ts'
import { startRestaurant } from './restaurant.ts'

const restaurant = await startRestaurant(readOptions(process.argv.slice(2), { port: 4501, data: 'data/restaurant.sqlite' }))
stopOnSignals(() => restaurant.close())
console.log(`listening on ${restaurant.url}`)
