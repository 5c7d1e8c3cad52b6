export {
  type Deadline,
  type DeadlineId,
  type DeadlineNote,
  type DeadlineOf,
  type DeadlineState,
  type Done,
  type Due,
  GiveUpError,
  type Handler,
  type Handlers,
  type NewDeadline,
  pauseAfter,
} from './deadline.ts'
export { Schedule } from './schedule.ts'
export { DeadlineNotFoundError, LeaseLostError } from './schedule-errors.ts'
