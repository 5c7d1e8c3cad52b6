export { createDevelopers, type Developer, type Developers, type Member, type MemberRole } from './developers.ts'
export { DeveloperNotFoundError, LastOwnerError, NotAMemberError } from './developers-errors.ts'
