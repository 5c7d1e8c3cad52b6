import { Refusal } from '../lib/index.ts'

/** Also for a workspace that is somebody else's: whether it exists is its owners' business. */
export class WorkspaceNotFoundError extends Refusal {
  override readonly name = 'WorkspaceNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such workspace, or it is not yours to look after.')
  }
}

export class GroupNotFoundError extends Refusal {
  override readonly name = 'GroupNotFoundError'
  readonly code = 'request/not-found'
  readonly status = 404
  readonly who = 'user'
  constructor() {
    super('There is no such group in this workspace.')
  }
}

export class GroupTakenError extends Refusal {
  override readonly name = 'GroupTakenError'
  readonly code = 'people/group-taken'
  readonly status = 409
  readonly who = 'user'
  override readonly pointer = '/name'
  constructor() {
    super('This workspace has a group with that name already.')
  }
}

/** A rule that names a group nobody is in would quietly stop to hold. */
export class GroupInUseError extends Refusal {
  override readonly name = 'GroupInUseError'
  readonly code = 'people/group-in-use'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('The policy of this workspace names the group. Take it out of the policy first.')
  }
}

export class LastOwnerError extends Refusal {
  override readonly name = 'LastOwnerError'
  readonly code = 'people/last-owner'
  readonly status = 409
  readonly who = 'user'
  constructor() {
    super('This is the last owner of the workspace. Make somebody else an owner first.')
  }
}

/** Reviewing, publishing and running are done by people of the house: what they decide holds for every workspace. */
export class HouseRolesError extends Refusal {
  override readonly name = 'HouseRolesError'
  readonly code = 'people/house-roles'
  readonly status = 422
  readonly who = 'operator'
  override readonly pointer = '/roles'
  constructor() {
    super('People of other workspaces than the first one are users. Developers, reviewers, auditors and operators belong to the first workspace.')
  }
}
