/** Faults in words: a case's name says exactly what happens in it, and is read back to try it again. */

import { SURVIVALS, type Survival } from '../../support/simulated-disk/survival.ts'
import {
  CLOCK_JUMPS,
  DAMAGES,
  type Fault,
  NETWORK_TROUBLES,
} from '../../support/simulated-machine/faults.ts'

export function wordsOf(fault: Fault): string {
  const at = `${fault.what}@${fault.at}`
  switch (fault.what) {
    case 'cut':
      return `${at}${fault.inside ? '.5' : ''}:${fault.survives}`
    case 'kill':
      return `${at}${fault.inside ? '.5' : ''}`
    case 'damage':
      return `${at}:${fault.file}:${fault.how}`
    case 'clock':
      return `${at}:${fault.to}`
    case 'network':
      return `${at}:${fault.how}`
    default:
      return at
  }
}

export function parseFault(words: string): Fault {
  const parts = /^([A-Za-z]+)@(\d+)(\.5)?(?::([^:]+))?(?::([^:]+))?$/.exec(words)
  const fault = parts === null ? undefined : faultOf(parts)
  if (fault === undefined) throw new Error(`Not the name of an accident: ${words}`)
  return fault
}

function faultOf([, what, step, half, first = '', second = '']: RegExpExecArray):
  | Fault
  | undefined {
  const at = Number(step)
  const inside = half !== undefined
  switch (what) {
    case 'cut': {
      const survives = survivalOf(first)
      return survives === undefined ? undefined : { what, at, inside, survives }
    }
    case 'kill':
      return { what, at, inside }
    case 'EIO':
    case 'ENOSPC':
    case 'full':
      return { what, at }
    case 'damage': {
      const how = oneOf(DAMAGES, second)
      return how === undefined ? undefined : { what, at, file: first, how }
    }
    case 'clock': {
      const to = oneOf(CLOCK_JUMPS, first)
      return to === undefined ? undefined : { what, at, to }
    }
    case 'network': {
      const how = oneOf(NETWORK_TROUBLES, first)
      return how === undefined ? undefined : { what, at, how }
    }
    default:
      return undefined
  }
}

function survivalOf(words: string): Survival | undefined {
  return /^\d+$/.test(words) ? Number(words) : oneOf(SURVIVALS, words)
}

function oneOf<Word>(words: readonly Word[], word: unknown): Word | undefined {
  return words.find((other) => other === word)
}
