export { type Contact, type ContactPurpose, type ContactState, contactPurposes, stateOfContact } from './contact.ts'
export { createDevelopers, type Developer, type Developers, type DevelopersNeeds, type Member, type MemberRole } from './developers.ts'
export { DeveloperHeldError, DeveloperNotFoundError, LastOwnerError, NotAMemberError } from './developers-errors.ts'
export { type Hold, type HoldCause, type HoldState, isOverdue, stateOfHold } from './hold.ts'
