import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function FindingScreen() {
  return <Screen title={say('screens.finding')} />
}
