"""Many drafts to which one answer is faithful."""

_LISTS = tuple(
    line.split()
    for line in (
        "new old large small heavy light green yellow orange purple broken lost late early spare second",
        "parcel order lamp chair table jacket kettle blanket mirror carpet camera bicycle helmet bottle basket cushion",
        "packed ready repaired checked cleaned sent wrapped tested sorted weighed loaded labelled",
        "driver shop team workshop office warehouse partner carrier store desk crew depot",
        "soon today tonight tomorrow shortly quickly gladly anyway",
        "sorry sad troubled unhappy concerned uneasy displeased dismayed",
    )
)


def draft(number: int) -> str:
    """Return a draft without names, numbers and links; another one for each number below 2,359,296."""
    words = []
    for each in _LISTS:
        number, place = divmod(number, len(each))
        words.append(each[place])
    adjective, thing, state, people, when, feeling = words
    return (
        f"your {adjective} {thing} is {state} and on its way to you. "
        f"the {people} will tell you {when} when it is there. we are {feeling} that you had to wait for it."
    )
