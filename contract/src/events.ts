/** Every event that the ledger can hold, once, with what it says. Named `noun.past_tense`. */
export const ledgerEvents = {
  // the governed call
  'call.intended': 'a call is about to be sent; durable before anything leaves',
  'call.answered': 'the connector answered and the answer was passed on',
  'call.failed': 'the call was sent and brought no usable answer',
  'call.refused': 'the call was refused and nothing was sent',
  'call.cancelled': 'the assistant gave the call up',
  'call.unknown': 'the process ended between intent and outcome; nobody knows whether the connector acted',
  // people
  'user.created': 'an account was made',
  'user.changed': 'name, roles or state of an account changed',
  'user.erased': "a person's readable data was destroyed",
  'session.started': 'a person signed in',
  'session.ended': 'a person signed out, or was signed out',
  'link.created': 'a one-time link was made',
  // assistants
  'assistant.created': 'an assistant was registered',
  'token.created': 'an access token was made',
  'token.revoked': 'an access token was taken back',
  // developers, terms, connectors
  'developer.created': 'an organisation that publishes connectors was made',
  'developer.changed': 'members of an organisation, or their roles, changed',
  'edition.published': 'an edition of a document was put in force',
  'terms.accepted': 'a developer accepted the exact documents named',
  'connector.created': 'a connector was made',
  'release.submitted': 'a release was handed in; its digest is fixed from here',
  'release.approved': 'a review let a release go live',
  'release.rejected': 'a review turned a release down',
  'connector.suspended': 'calls to a connector were stopped',
  'connector.reinstated': 'calls to a suspended connector were allowed again',
  'connector.removed': 'a connector was removed for good',
  // what people choose
  'connector.enabled': 'a person read the notice and enabled a connector',
  'connector.disabled': 'a person disabled a connector',
  'notice.drifted': 'the privacy notice at its address reads differently from the one that people agreed to; a person looks',
  'notice.decided': 'a person said what a changed privacy notice means',
  'age.changed': 'an operator said how old a person is, as a band',
  'level.changed': 'a person chose how often to be asked',
  'approval.requested': 'a call waits for a yes',
  'approval.granted': 'a person said yes',
  'approval.refused': 'a person said no',
  'approval.opened': 'somebody whom a rule names looked at the arguments of a call that waits',
  'approval.used': 'a yes was spent on a call',
  'approval.ended': 'a yes that lasted was taken back',
  // secrets
  'credential.stored': 'a credential was sealed',
  'credential.destroyed': 'a credential was destroyed',
  'key.created': 'a key was made',
  'key.destroyed': "a person's key was destroyed, and with it everything sealed under it",
  // the house
  'workspace.created': 'a workspace was made',
  'workspace.changed': 'name or owners of a workspace changed',
  'workspace.left': 'somebody left a workspace; their account there ended',
  'group.changed': 'a group was made, changed or removed, or its members changed',
  'policy.changed': 'a version of the rules of a workspace was put in force',
  'data.exported': 'a person took a copy of their data',
  'machine.acted': 'somebody with access to the machine acted in the name of an account, through the command line',
  'deadline.abandoned': 'work that was due failed so often that it was given up, for a person to look at',
  'settings.applied': 'a platform file was applied',
} as const

export type LedgerEvent = keyof typeof ledgerEvents
