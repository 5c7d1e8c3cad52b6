export { type Addresses, Front, type FrontNeeds } from './front.ts'
