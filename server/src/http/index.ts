export { controls } from './controls.ts'
export { type Addresses, Front, type FrontNeeds } from './front.ts'
