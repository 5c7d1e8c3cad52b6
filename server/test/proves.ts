/**
 * Says which controls of the terms the promises of a file prove, by id: `proves('consent/permit')` at the top of a test file. The text is what
 * counts: `handfast terms coverage` is joined from these calls, and a control that no test names fails the run.
 */
export function proves(..._controls: readonly `${string}/${string}`[]): void {}
