"""
The past forms of English verbs that no stemmer finds, so that a pattern with `build` takes "built" too.

Verbs that mean little by themselves (come, take, make) are not among them: what they mean, their company says.
"""

from __future__ import annotations

_VERBS = """
bear bore born borne|bind bound|blow blew blown|break broke broken|breed bred|bring brought|build built
burn burnt|buy bought|catch caught|choose chose chosen|cost|cut|dig dug|draw drew drawn|drink drank drunk
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|fly flew flown
forget forgot forgotten|freeze froze frozen|grow grew grown|hang hung
hear heard|hide hid hidden|hold held|keep kept|lay laid|lead led|learn learnt|leave left|lend lent
lose lost|meet met|pay paid|ride rode ridden|ring rang rung|rise rose risen|run ran|
sell sold|send sent|shake shook shaken|shine shone|shoot shot|sing sang sung|sink sank sunk|sit sat
sleep slept|speak spoke spoken|spend spent|spin spun|stand stood|steal stole stolen|stick stuck|strike struck
swear swore sworn|swim swam swum|teach taught|tear tore torn|throw threw thrown
wear wore worn|weave wove woven|win won|write wrote written
"""
PAST: dict[str, tuple[str, ...]] = {
    words[0]: tuple(words[1:]) for verb in _VERBS.replace("\n", "|").split("|") if (words := verb.split())[1:]
}
"""
>>> PAST["build"], PAST["write"]
(('built',), ('wrote', 'written'))
"""
