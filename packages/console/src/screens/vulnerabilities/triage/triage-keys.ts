/**
 * The keys of triage. Single letters are pressed by accident and said by speech recognition, so they can be switched off,
 * and never mean anything while somebody types (WCAG 2.2, 2.1.4).
 */
import { signal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'

const STORED_AS = 'fleetward-triage-keys'

export const areKeysOn = signal(localStorage.getItem(STORED_AS) !== 'off')

export function switchKeys(isOn: boolean): void {
  areKeysOn.value = isOn
  localStorage.setItem(STORED_AS, isOn ? 'on' : 'off')
}

/** By the character that the key types. */
export type Keys = Readonly<Record<string, () => void>>

export function useTriageKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = latest.current[event.key]
      if (act === undefined || !areKeysOn.value || isElsewhere(event)) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

const TYPED_INTO = 'input, textarea, select, [contenteditable]'

/** It is part of something longer, is typed, or belongs to a dialog. */
function isElsewhere({ ctrlKey, metaKey, altKey, isComposing, target }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || isComposing) return true
  if (document.querySelector('dialog[open]') !== null) return true
  return target instanceof Element && target.closest(TYPED_INTO) !== null
}
