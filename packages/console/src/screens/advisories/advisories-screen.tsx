import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function AdvisoriesScreen() {
  return <Screen title={say('screens.advisories')} />
}
