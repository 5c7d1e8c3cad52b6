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
  'request/too-many': 'too many requests; wait and try again',
  'request/fault': 'something failed on our side; the reference names the log entry',
  // storage
  'storage/in-use': 'another process holds the data folder',
  'storage/unavailable': 'the database does not answer; nothing was changed',

  // authorization: who asks
  'authorization/missing': 'no access token was sent',
  'authorization/invalid': 'the access token is not valid here',
  'authorization/role': 'this needs a role that the caller does not hold',
  'authorization/session': "the session is unknown, ended or another user's",
} as const

export type RefusalCode = keyof typeof codes
