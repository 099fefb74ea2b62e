"""A file of jobs read as a whole: references resolved, rules checked, and every fault told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from ..errors import InvalidJob
from ..secrets.masking import scrub
from ..url.url import AllowedHosts
from .document import PortableJob, find_identity, read_document
from .fault import Fault, FaultyFile, to_faults
from .references import map_texts, references_of, resolve
from .variable_names import RESERVED


@frozen
class JobFile:
    """The jobs of a file in its order, and the values that its references stand for."""

    jobs: tuple[PortableJob, ...]
    secrets: tuple[str, ...] = field(default=(), repr=False)


def read_job_file(
    documents: Sequence[object], variables: Mapping[str, str], allowed: AllowedHosts | None = None
) -> JobFile:
    """Return the jobs of a file; references are looked up in `variables`, where empty is as good as not set.

    Raises:
        FaultyFile: with every fault of every document.
    """
    known = {name: value for name, value in variables.items() if value and not name.startswith(RESERVED)}
    used = dict.fromkeys(name for document in documents for name in references_of(document))
    secrets = tuple({known[name] for name in used if name in known})
    jobs: list[PortableJob] = []
    faults: list[Fault] = []
    for number, document in enumerate(documents, 1):
        missing = [name for name in references_of(document) if name not in known]
        faults += _find_missing(number, document, missing)
        try:
            jobs.append(read_document(map_texts(document, lambda text: resolve(text, known)), allowed))
        except InvalidJob as error:
            unset = _fields_with(document, missing)
            problems = [each for each in error.problems if each.field.partition(".")[0] not in unset]
            faults += to_faults(number, find_identity(document)[0], problems)
    if not documents:
        faults.append(Fault(None, None, "The file holds no job, so there is nothing to apply."))
    if faults:
        raise FaultyFile([_scrub(fault, secrets) for fault in faults])
    return JobFile(tuple(jobs), secrets)


def _find_missing(number: int, document: object, missing: Sequence[str]) -> Iterator[Fault]:
    name, _ = find_identity(document)
    for variable in missing:
        if variable.startswith(RESERVED):
            message = (
                f"${{{variable}}} is a setting of this program, to which no file may refer; name another."
            )
            yield Fault(number, name, message, rule="reserved_variable")
        else:
            message = f"the variable {variable} is not set, or is empty."
            yield Fault(number, name, message, rule="missing_variable", example=f"export {variable}=...")


def _fields_with(document: object, missing: Sequence[str]) -> frozenset[str]:
    """Return the fields whose text cannot be judged, because a variable of it is missing."""
    if not isinstance(document, Mapping):
        return frozenset()
    return frozenset(
        str(name) for name, value in document.items() if set(references_of(value)) & set(missing)
    )


def _scrub(fault: Fault, secrets: Sequence[str]) -> Fault:
    message, example = scrub(fault.message, secrets), scrub(fault.example, secrets)
    return Fault(fault.document, fault.name, message, fault.field, fault.rule, example)
