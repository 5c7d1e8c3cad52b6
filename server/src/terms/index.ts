export type { Amendment } from './amendments.ts'
export type { HeldEdition } from './binding.ts'
export { type ChangeClass, changeClasses, changeState, MATERIAL_PERIOD } from './change.ts'
export { ChangeNotFoundError } from './change-errors.ts'
export { moment } from './change-notice.ts'
export type { Change, ChangeRow } from './change-store.ts'
export { compareTexts } from './compare-texts.ts'
export { entityFor, type OperatorDetails } from './contracting-entity.ts'
export { controls } from './controls.ts'
export { coverageOf } from './coverage.ts'
export {
  type AcceptedDocument,
  type Bundle,
  bundleInForce,
  covers,
  type DocumentName,
  type Edition,
  type EditionRow,
  editionInForce,
} from './edition.ts'
export type { HandedOverOf } from './owners.ts'
export { loadPack, packFile, shippedPacks } from './pack/load-pack.ts'
export { type PackProblem, readPack } from './pack/read-pack.ts'
export { type PackedDocument, renderDocuments } from './pack/render-documents.ts'
export { agreementPage } from './pages/agreement-page.ts'
export { readProofs } from './proofs.ts'
export { PublicTerms } from './public-terms.ts'
export { fromEntries, type TermsEntry, type TermsState } from './rebuild.ts'
export { createTerms, type Terms } from './terms.ts'
export { AmendmentNotFoundError, AuthorityMissingError, TermsNotAcceptedError, TermsNotCurrentError, TermsPackInvalidError } from './terms-errors.ts'
export { type Acceptance, readBound } from './terms-store.ts'
