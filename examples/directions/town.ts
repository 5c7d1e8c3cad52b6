/** Fennick, a town that is on no map: junctions with real coordinates, streets between them, places at them. */
export type Position = { readonly lat: number; readonly lon: number }
export type Place = { readonly id: string; readonly name: string; readonly kind: Kind; readonly address: string; readonly junction: string }
export type Kind = 'cafe' | 'restaurant' | 'shop' | 'museum' | 'park' | 'station' | 'school' | 'health' | 'worship'
/** `by: 'foot'` is closed to bicycles. */
export type Street = { readonly name: string; readonly by: 'all' | 'foot'; readonly junctions: readonly string[] }

export const junctions: Readonly<Record<string, Position>> = {
  pier: { lat: 53.14182, lon: 0.35641 },
  quay: { lat: 53.14211, lon: 0.35288 },
  lock: { lat: 53.14267, lon: 0.34879 },
  ropewalk: { lat: 53.14358, lon: 0.35312 },
  market: { lat: 53.14402, lon: 0.34961 },
  townhall: { lat: 53.14433, lon: 0.34712 },
  chapel: { lat: 53.14521, lon: 0.35037 },
  hill: { lat: 53.14689, lon: 0.35101 },
  school: { lat: 53.14655, lon: 0.34733 },
  mill: { lat: 53.14502, lon: 0.34321 },
  station: { lat: 53.14298, lon: 0.34267 },
  park: { lat: 53.14781, lon: 0.34388 },
  hospital: { lat: 53.14903, lon: 0.34879 },
}

export const streets: readonly Street[] = [
  { name: 'Harbour Road', by: 'all', junctions: ['pier', 'quay', 'lock', 'station'] },
  { name: 'Rope Walk', by: 'all', junctions: ['quay', 'ropewalk', 'market'] },
  { name: 'High Street', by: 'all', junctions: ['lock', 'market', 'chapel', 'hill'] },
  { name: 'Guildhall Street', by: 'all', junctions: ['market', 'townhall', 'mill'] },
  { name: 'Chapel Steps', by: 'foot', junctions: ['ropewalk', 'chapel'] },
  { name: 'School Lane', by: 'all', junctions: ['townhall', 'school', 'hill'] },
  { name: 'Mill Road', by: 'all', junctions: ['station', 'mill', 'park'] },
  { name: 'Park Path', by: 'foot', junctions: ['school', 'park'] },
  { name: 'Infirmary Road', by: 'all', junctions: ['park', 'hospital', 'hill'] },
]

export const places: readonly Place[] = [
  { id: 'grey-heron', name: 'The Grey Heron', kind: 'restaurant', address: '3 Harbour Road', junction: 'quay' },
  { id: 'pier-cafe', name: 'Pier Café', kind: 'cafe', address: '1 Harbour Road', junction: 'pier' },
  { id: 'lock-house', name: 'Lock House Museum', kind: 'museum', address: '40 Harbour Road', junction: 'lock' },
  { id: 'station', name: 'Fennick Station', kind: 'station', address: '77 Harbour Road', junction: 'station' },
  { id: 'chandlery', name: 'Rope Walk Chandlery', kind: 'shop', address: '12 Rope Walk', junction: 'ropewalk' },
  { id: 'market-hall', name: 'Market Hall', kind: 'shop', address: '1 High Street', junction: 'market' },
  { id: 'books', name: 'Guildhall Books', kind: 'shop', address: '9 Guildhall Street', junction: 'townhall' },
  { id: 'chapel', name: 'Seamen’s Chapel', kind: 'worship', address: '30 High Street', junction: 'chapel' },
  { id: 'hilltop-cafe', name: 'Hilltop Café', kind: 'cafe', address: '58 High Street', junction: 'hill' },
  { id: 'school', name: 'Fennick School', kind: 'school', address: '5 School Lane', junction: 'school' },
  { id: 'mill', name: 'Tide Mill Museum', kind: 'museum', address: '21 Mill Road', junction: 'mill' },
  { id: 'millers-table', name: 'The Miller’s Table', kind: 'restaurant', address: '23 Mill Road', junction: 'mill' },
  { id: 'park', name: 'Fen Park', kind: 'park', address: '60 Mill Road', junction: 'park' },
  { id: 'hospital', name: 'Cottage Hospital', kind: 'health', address: '2 Infirmary Road', junction: 'hospital' },
]

export function positionOf(junction: string): Position {
  const position = junctions[junction]
  if (position === undefined) throw new Error(`the town has no junction "${junction}"`)
  return position
}
