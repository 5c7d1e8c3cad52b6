/** What a person may do here. Everybody holds `user`; in the house profile one person may hold all of them. */
export const roles = ['user', 'developer', 'reviewer', 'auditor', 'operator'] as const

export type Role = (typeof roles)[number]

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
