/** The parts of what the law asks about a product, each at its own address, in the order in which they are filled. */
import type { Permission } from '../../live/me.ts'

export interface Part {
  readonly id: string
  /** Who may not is not led there. */
  readonly permission: Permission
}

export const PARTS = [
  { id: 'support', permission: 'product.read' },
  { id: 'facts', permission: 'product.read' },
  { id: 'risks', permission: 'product.read' },
  { id: 'requirements', permission: 'product.read' },
  { id: 'components', permission: 'product.read' },
  { id: 'upstream', permission: 'product.read' },
  { id: 'standards', permission: 'product.read' },
  { id: 'data', permission: 'product.read' },
  { id: 'information', permission: 'product.read' },
  { id: 'evidence', permission: 'finding.read' },
  { id: 'rules', permission: 'rollout.read' },
  { id: 'declaration', permission: 'dossier.read' },
  { id: 'dossier', permission: 'dossier.read' },
] as const satisfies readonly Part[]

export type PartId = (typeof PARTS)[number]['id']

export const partOf = (id: string | undefined): PartId | undefined =>
  id === undefined ? 'support' : PARTS.find((part) => part.id === id)?.id
