"""What came of a scenario, as JUnit XML: an expectation is a test case."""

from xml.etree import ElementTree as ET

from ice_mock.worlds.trial import Trial


def document(trial: Trial) -> bytes:
    name = trial.scenario.name
    failed = sum(not verdict.is_met for verdict in trial.verdicts)
    suites = ET.Element("testsuites")
    suite = ET.SubElement(
        suites, "testsuite", name=name, tests=str(len(trial.verdicts)), failures=str(failed), errors="0"
    )
    for verdict in trial.verdicts:
        case = ET.SubElement(suite, "testcase", classname=name, name=verdict.name)
        if not verdict.is_met:
            ET.SubElement(case, "failure", message=str(verdict)).text = str(verdict)
    if trial.unfired:
        ET.SubElement(suite, "system-out").text = "\n".join(
            f"the fault {fault} never struck" for fault in trial.unfired
        )
    written: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written
