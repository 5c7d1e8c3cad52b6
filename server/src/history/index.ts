export { argumentsPlace, type CallEnd, type CallStart, endRow, type OutcomeState, resultPlace, startRow } from './call-rows.ts'
export { type CallNote, CallNotFoundError, type CallStory, History, type Kept } from './history.ts'
export { closeUnfinishedCalls } from './unfinished.ts'
