// Runs the veraPDF engine, from any jar that carries it, over many files in one virtual machine.
//
//   java -cp jaxb-runtime.jar:engine.jar Validate.java ua1,2a < list-of-files
//
// For each file and flavour it prints one line of tab-separated fields:
//   PASS   flavour  file
//   FAIL   flavour  file  clause-test  times  message      (one line for each failed rule)
//   ERROR  flavour  file  message
// Exits 0 when it could look at every file, whatever it found; 2 when it could not.
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Validate {
  private static final int MOST_FAILURES_LOGGED = 100;
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws IOException {
    Logger.getLogger("org.verapdf").setLevel(Level.SEVERE);
    VeraGreenfieldFoundryProvider.initialise();
    boolean readable = true;
    for (String path : standardInput())
      for (String flavour : args[0].split(","))
        readable &= check(path, PDFAFlavour.byFlavourId(flavour));
    System.exit(readable ? 0 : 2);
  }

  private static List<String> standardInput() throws IOException {
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    try (BufferedReader lines = new BufferedReader(input)) {
      return lines.lines().filter(line -> !line.isBlank()).collect(Collectors.toList());
    }
  }

  private static boolean check(String path, PDFAFlavour flavour) {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), flavour);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(flavour, MOST_FAILURES_LOGGED, false, true, false)) {
      report(path, flavour, validator.validate(parser));
      return true;
    } catch (Exception e) {
      line("ERROR", flavour, path, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static void report(String path, PDFAFlavour flavour, ValidationResult result) {
    Map<String, Integer> failed = new TreeMap<>();
    for (TestAssertion found : result.getTestAssertions())
      if (found.getStatus() == TestAssertion.Status.FAILED)
        failed.merge(rule(found), 1, Integer::sum);
    failed.forEach((rule, times) -> {
      String[] parts = rule.split("\t", 2);
      line("FAIL", flavour, path, parts[0], times.toString(), parts[1]);
    });
    if (result.isCompliant()) line("PASS", flavour, path);
    else if (failed.isEmpty()) line("FAIL", flavour, path, "unknown", "1", "not compliant, but no rule was named");
  }

  private static String rule(TestAssertion found) {
    return found.getRuleId().getClause() + "-" + found.getRuleId().getTestNumber() + "\t" + found.getMessage();
  }

  private static void line(String kind, PDFAFlavour flavour, String... fields) {
    StringBuilder text = new StringBuilder(kind).append('\t').append(flavour.getId());
    for (String field : fields) text.append('\t').append(field.replaceAll("[\\t\\r\\n]+", " "));
    OUT.println(text);
  }
}
