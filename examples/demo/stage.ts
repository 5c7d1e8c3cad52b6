// The stage is the command's, which must not know the plays: an installed package carries none.
export type * from '../../server/src/cli/demo/stage.ts'
