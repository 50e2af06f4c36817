/** Who looks at the console, and what they may do: buttons that would be refused are not offered. */
import { signal } from '@preact/signals'
import { call } from '../api/call.ts'
import { noteEntered } from '../api/door.ts'
import type { Me } from '../api/operator-api.gen.ts'

export const me = signal<Me | undefined>(undefined)

/** Of the document: what a caller can be permitted. */
export type Permission = Me['rights'][string][number]

const EVERYWHERE = '*'

export async function loadMe(): Promise<void> {
  const { value } = await call('GET /me')
  noteEntered(value.id)
  me.value = value
}

/** In a product, or everywhere when none is named. The server decides anew each time; this only saves a refusal. */
export function may(permission: Permission, product?: string): boolean {
  const rights = me.value?.rights ?? {}
  const here = product === undefined ? [] : (rights[product] ?? [])
  return (rights[EVERYWHERE] ?? []).includes(permission) || here.includes(permission)
}

/** In any product at all. */
export function mayAnywhere(permission: Permission): boolean {
  return Object.values(me.value?.rights ?? {}).some((given) => given.includes(permission))
}
