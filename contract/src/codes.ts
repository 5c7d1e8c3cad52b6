/** Every public refusal code, once, with what it means. Programs branch on the code; it is never reworded. */
export const codes = {
  // request: what arrived could not be read
  'request/malformed-json': 'the body is not JSON',
  'request/too-deep': 'the JSON nests too deeply',
  'request/too-large': 'the body is larger than allowed',
  'request/invalid': 'a field is missing or has the wrong shape; the pointer says which',
  'request/not-found': 'there is nothing here, or it is not yours',
  'request/method-not-allowed': 'this address does not answer that method',
  'request/unsupported-media-type': 'the body has a media type that is not read here',
  'request/origin': 'the request comes from a web page of another origin',
  'request/host': 'the request names a host that this server does not answer for',
  'request/csrf': 'the request lacks the proof that this page was meant to send it',
  'request/conflict': 'the state changed meanwhile, or the name is taken',
  'request/fault': 'something failed on our side; the reference names the log entry',
  // runner: stdio servers apart from the gateway
  'runner/file-invalid': 'the runner file cannot be used; each problem is named with its place',
  'runner/no-sandbox': 'the runner file asks for a sandbox that this system does not have',
  // config
  'config/invalid': 'the settings cannot be used; each problem is named with its fix',
  'config/port-taken': 'another program listens on the port',
  'config/data-folder': 'the data folder cannot be written',

  // storage
  'storage/in-use': 'another process holds the data folder',
  'storage/not-empty': 'there is data that this would destroy',
  'storage/copy-invalid': 'the file is not a whole copy of a database of this release',

  // developers, terms, directory, review, lifecycle: how a connector comes to be live, and stops
  'developers/not-a-member': 'only members of the organisation that publishes the connector may do that',
  'terms/not-accepted': 'the developer has not accepted the terms in force',
  'terms/not-current': 'what was accepted is not what is in force; read the documents again',
  'terms/authority': 'accepting for somebody else needs the attestation of authority',
  'directory/manifest': 'the manifest cannot be used; the pointer says where',
  'directory/release': 'the release cannot be used; the pointer says where',
  'directory/schema': 'a schema cannot be used; the pointer says where',
  'directory/schema-too-costly': 'the schemas take too long to prepare',
  'directory/slug-taken': 'another connector has that short name',
  'review/decided': 'the release was decided already',
  'review/other-digest': 'the decision names another digest than that of the release',
  'review/self-review': 'whoever stands behind a connector does not review it here',
  'review/blocked': 'a finding has to be solved before the release can be approved',
  'lifecycle/removed': 'the connector was removed, which is final',
  'lifecycle/no-change': 'the connector already is as asked for',

  // sealing
  'sealing/erased': 'what was kept about a person has been erased',

  // notices: what people are told
  'notices/unusable': 'the address of the privacy notice gives no text that people can read; the pointer says which',

  // consent: what the user chose
  'consent/not-enabled': 'the user has not enabled this connector',
  'consent/tool-not-agreed': 'the connector added this tool, or made it reach further, since the user enabled it; the user has to look again',
  'consent/age': 'the connector is for older people than the user',
  'consent/notice-changed': 'the connector changed what it receives or its privacy notice; the user has to look again',
  'consent/approval-needed': 'a person has to say yes to this call first; the link leads there',
  'consent/approval-refused': 'the person said no to this call',
  'consent/lasting-not-offered': 'a destructive tool is approved call by call',
  'consent/too-many-waiting': 'very many calls of one connector wait for the same user; some have to be decided first',
  'consent/condition-invalid': 'the condition names no plain argument of the call',
  'consent/approval-expired': 'nobody said yes in time, which is a no',
  'consent/policy-denied': 'a rule of the workspace does not allow it; the message names the rule',
  'consent/notice-unread': 'the workspace enabled this connector; the user has to read its privacy notice once; the link leads there',
  'consent/policy-invalid': 'the policy cannot be used; the pointer says where',
  'consent/policy-locks-out': 'nobody of the workspace could change the policy any more',
  'consent/not-approver': 'a rule of the workspace wants somebody else to say yes',

  // gateway: the governed call
  'gateway/unknown-tool': 'there is no such tool among those the user enabled',
  'gateway/invalid-arguments': 'the arguments do not fit the reviewed schema; the pointer says where',
  'gateway/invalid-answer': 'the connector answered something that its reviewed schema does not allow',
  'gateway/connector-unavailable': 'the connector is not live; the message says why',
  'gateway/withdrawn': 'what allowed this call was taken back before it was sent',
  'gateway/stopping': 'this server is stopping; try again in a moment',

  // limits
  'limits/rate': 'more calls than the limit of this connector allows; wait',
  'limits/concurrency': 'too many calls to this connector at once; wait',

  // vault
  'vault/malformed': 'the key has characters that cannot be sent where the connector puts it',
  'vault/not-asked-for': 'the connector needs no key',
  'vault/no-credential': 'this connector needs a key that nobody has given yet; the link leads to the form',

  // oauth-client: what an authorization server said or did
  'oauth-client/not-found': 'the API asks people to sign in and does not say where',
  'oauth-client/metadata': 'what the API or its authorization server says about signing in is not safe to act on',
  'oauth-client/no-client': 'this installation is not registered at the authorization server, which takes no newcomers by itself',
  'oauth-client/answer': 'the answer of the authorization server does not belong to what was asked, or cannot be used',
  'oauth-client/refused': 'the authorization server said no',
  'oauth-client/unreachable': 'the authorization server does not answer, or not properly; nothing was lost',

  // links: accounts that people linked
  'links/needed': 'the connector needs an account of the user; the link leads to the page where they link it',
  'links/expired': 'the sign-in at the provider has ended; the link leads to the page where the user signs in again',
  'links/more-needed': 'the call needs more than the linked account has granted; the link leads to the page where the user grants it',
  'links/not-granted': 'the provider does not grant what the call needs, although the user was asked for it',
  'links/declined': 'the user did not want to link an account',
  'links/other-person': 'the page was made for somebody else',
  'links/over': 'the page was used, or is out of time',
  'links/state': 'the sign-in was not begun in this browser, was finished already, or took too long',
  'links/not-accepted': 'the connector does not accept the account; nothing was linked',
  'links/account-not-allowed': 'a rule of the workspace does not allow this account',
  'links/other-account': 'another account signed in than the one that was to be renewed',
  'links/too-many': 'there are very many accounts already; remove one first',
  'links/label-taken': 'another account at this connector has that name',
  'links/no-sign-in': 'this connector takes a key, not a sign-in',
  'links/sign-in-needed': 'this connector takes a sign-in, not a key',
  'links/renewing': 'the access could not be renewed now; nothing was lost',

  // egress: the one way out
  'egress/malformed': 'the address or a header cannot be sent as it is',
  'egress/scheme': 'the address is not https',
  'egress/origin': 'the address belongs to another place than the ones agreed on',
  'egress/port': 'the port belongs to another protocol',
  'egress/address-not-public': 'the address is not on the public internet and no rule opens it',
  'egress/name-not-found': 'the name has no address',
  'egress/redirect': 'the answer is a redirect that is not followed',
  'egress/unreachable': 'the other side does not answer, or not properly',
  'egress/timed-out': 'the other side took too long',
  'egress/too-large': 'the answer is larger than allowed',
  'egress/encoding': 'the compression of the answer is not accepted',
  'egress/cancelled': 'the request was cancelled before the answer was complete',

  // upstream: what talking to a connector ran into
  'upstream/unreachable': 'the connector cannot be reached, or it failed',
  'upstream/timed-out': 'the connector did not answer in time',
  'upstream/too-large': 'the answer of the connector is larger than allowed',
  'upstream/not-understood': 'the connector answered something that is not understood here',
  'upstream/redirected': 'the connector sent us to an address that was not reviewed',
  'upstream/credential-rejected': 'the connector does not accept the key; the user has to give it again',
  'upstream/busy': 'the connector asks us to wait',
  'upstream/cancelled': 'the assistant cancelled the call',

  // authorization: who asks
  'authorization/missing': 'no access token was sent',
  'authorization/invalid': 'the access token is not valid here',
  'authorization/role': 'this needs a role that the caller does not hold',
  'authorization/session': "the session is unknown, ended or another user's",
  'authorization/insufficient-scope': 'the person did not let this assistant do that; the challenge names the scopes that it takes',
  'authorization/connector-not-granted': 'the person let this assistant use other connectors only',
  'authorization/request-over': 'the request of the assistant is over, was decided, or was begun in another browser',
  'authorization/client-invalid': 'the assistant cannot be registered like this; the pointer says where',
  'authorization/too-many': 'too many attempts; wait',
  'authorization/person-needed': 'this is decided by a person who is signed in, not by a token',

  // people: accounts and sign-in
  'people/sign-in-failed': 'e-mail and password do not belong to an account that may sign in',
  'people/too-many-attempts': 'too many attempts to sign in; wait',
  'people/link-invalid': 'the one-time link is unknown, used or out of time',
  'people/already-set-up': 'the first operator exists already',
  'people/email-taken': 'an account with this e-mail address exists',
  'people/password-length': 'the password is too short or too long',
  'people/last-operator': 'this would leave nobody who can run the workspace',
  'people/own-account': 'somebody else has to do this to your account',
  'people/last-owner': 'this would leave a workspace without an owner',
  'people/house-roles': 'these roles are held by people of the first workspace only',
  'people/group-taken': 'the workspace has a group with this name',
  'people/group-in-use': 'the policy of the workspace names this group',
  // openapi: documents that describe an API, and the requests made from them
  'openapi/malformed': 'the document is neither JSON nor YAML 1.2, or a key stands twice',
  'openapi/version': 'the document is not OpenAPI 3.0 or 3.1; the pointer names the field',
  'openapi/too-large': 'the document has more bytes than allowed',
  'openapi/too-complex': 'the document nests too deeply, has too many values or takes too long to read',
  'openapi/argument': 'an argument cannot be sent as the operation declares it; the pointer says which',
  'openapi/target': 'the target or its path is not one that requests may be built from',
  // ledger: the evidence and its tree
  'ledger/missing': 'the signed tree has no such tile, bundle, entry or checkpoint',
  'ledger/folder-not-empty': 'an export needs a new folder',
} as const

export type RefusalCode = keyof typeof codes
